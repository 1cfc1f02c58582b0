import '#ui/tokens.css';
import '#ui/base.css';
import { createRoot } from 'react-dom/client';
import { App } from '#app/App.tsx';
import { applyTheme } from '#app/preferences.ts';

applyTheme();
const root = document.getElementById('root');
if (!root) throw new TypeError('index.html has no #root');
createRoot(root).render(<App />);
