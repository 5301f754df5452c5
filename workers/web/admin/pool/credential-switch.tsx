/** A switch that an answer of the server sets: a press alone does not move it. */
type SwitchProps = { label: string; isOn: boolean; onChange: (isOn: boolean) => void };

export const CredentialSwitch = ({ label, isOn, onChange }: SwitchProps) => (
  <label class="switch">
    <input
      type="checkbox"
      aria-label={label}
      checked={isOn}
      onChange={(event) => {
        const { checked } = event.currentTarget;
        // The answer decides how it stands.
        event.currentTarget.checked = isOn;
        onChange(checked);
      }}
    />
    <span />
  </label>
);
