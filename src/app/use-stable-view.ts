import { useState } from 'react';

/** The view that was given before, as long as it says the same: another part of the URL changed. */
export function useStableView<View>(view: View): View {
  const [kept, setKept] = useState(view);
  if (JSON.stringify(kept) === JSON.stringify(view)) return kept;
  setKept(view);
  return view;
}
