import { mount } from 'svelte';
import './look.css';
import App from './shell/App.svelte';
import { keepShell } from './shell/offline';

const target = document.getElementById('app');
if (target) mount(App, { target });
if (document.readyState === 'complete') void keepShell();
else window.addEventListener('load', () => void keepShell());
