import { describe, expect, it } from 'vitest';
import { routeOf } from './route';

describe('the router', () => {
  it('reads the join code from the fragment', () => {
    expect(routeOf({ pathname: '/j', hash: '#abcde12345' })).toEqual({ at: 'join', code: 'ABCDE12345' });
  });
  it('reads a link’s token from the fragment, never from the path', () => {
    expect(routeOf({ pathname: '/m/k3x', hash: '#t=se_cr-et' })).toEqual({ at: 'link', meeting: 'k3x', token: 'se_cr-et' });
  });
  it('knows a seat by sixteen letters or digits', () => {
    expect(routeOf({ pathname: '/s/abcdefgh12345678/', hash: '' })).toEqual({ at: 'seat', seat: 'abcdefgh12345678' });
    expect(routeOf({ pathname: '/s/short/', hash: '' })).toEqual({ at: 'unknown' });
  });
  it('does not fall over a broken escape', () => {
    expect(routeOf({ pathname: '/j', hash: '#%zz' })).toEqual({ at: 'join', code: '%ZZ' });
  });
});
