import { chooseTheme, themes, useTheme } from "../../shell/theme.ts";

const labels = { system: "As the system", light: "Light", dark: "Dark" };

export function ThemeChoice() {
  const current = useTheme();
  return (
    <section>
      <h2>Theme</h2>
      <fieldset className="theme-choice">
        <legend className="visually-hidden">Theme</legend>
        {themes.map((theme) => (
          <label key={theme}>
            <input type="radio" name="theme" checked={theme === current} onChange={() => chooseTheme(theme)} />
            {labels[theme]}
          </label>
        ))}
      </fieldset>
    </section>
  );
}
