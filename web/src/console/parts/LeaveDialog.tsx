import { Button } from "../../ui/Button";
import { Dialog, DialogActions } from "../../ui/Dialog";
import { leaving, unsaved } from "../state/leave";

/** Asks before what is typed is lost; nothing while nobody leaves. */
export function LeaveDialog() {
  const go = leaving.value;
  if (!go) return null;
  const stay = () => {
    leaving.value = null;
  };
  const leave = () => {
    stay();
    unsaved.value = false;
    go();
  };
  return (
    <Dialog title="Leave without saving?" onClose={stay}>
      <p>What you have typed here is not saved yet, and would be lost.</p>
      <DialogActions>
        <Button kind="danger" onClick={leave}>
          Leave without saving
        </Button>
        <Button kind="primary" onClick={stay}>
          Keep editing
        </Button>
      </DialogActions>
    </Dialog>
  );
}
