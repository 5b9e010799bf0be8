// Resolves the documented code's imports as React Native's bundler does.
import { register } from 'node:module';

export const registerHooks = () => register('./resolving.mjs', import.meta.url);

export function resolve(specifier, context, next) {
  if (specifier === '@react-native-async-storage/async-storage') return next('./async-storage.mjs', { ...context, parentURL: import.meta.url });
  const isDocumented = context.parentURL?.includes('/documented/');
  return next(isDocumented && specifier.startsWith('.') ? `${specifier}.js` : specifier, context);
}
