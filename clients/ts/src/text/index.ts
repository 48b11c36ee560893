export * from './provider';
export { lettersOf } from './carry';
