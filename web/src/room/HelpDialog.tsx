import { Dialog } from "../ui/Dialog";
import { helpShown } from "./keys";

const keys: [string, string][] = [
  ["M", "Mute or unmute your microphone"],
  ["V", "Turn your camera on or off"],
  ["P", "Show or hide the people"],
  ["?", "Show or hide these keys"],
];

export function HelpDialog() {
  if (!helpShown.value) return null;
  return (
    <Dialog
      title="Keys"
      onClose={() => {
        helpShown.value = false;
      }}
    >
      <dl class="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="small muted">
        They work while no button or field has the focus. You can switch them off under “More”.
      </p>
    </Dialog>
  );
}
