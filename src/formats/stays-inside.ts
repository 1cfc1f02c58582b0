/** Whether a name means a file in the same folder or below it, on every system and in every browser. */
export function staysInside(name: string): boolean {
  if (name === '' || name.includes('\\') || /^[a-z][a-z0-9+.-]*:/i.test(name)) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
