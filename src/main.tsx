import '#ui/tokens.css';
