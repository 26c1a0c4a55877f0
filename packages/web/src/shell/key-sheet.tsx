/** `?`: every key that works now, from the registry itself. */
import { Dialog } from "../ui/dialog.tsx";
import { activeKeys, describeKeys, type KeyBinding } from "./keys.ts";

export default function KeySheet({ onClose }: { onClose: () => void }) {
  const groups = Map.groupBy(activeKeys(), ({ group }: KeyBinding) => group);
  const isMac = navigator.userAgent.includes("Mac");
  return (
    <Dialog title="Keys" open onClose={onClose}>
      <div className="key-groups">
        {[...groups].map(([group, bindings]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl className="key-list">
              {bindings.map(({ keys, label }) => (
                <div key={keys}>
                  <dt>
                    <kbd>{describeKeys(keys, isMac)}</kbd>
                  </dt>
                  <dd>{label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="quiet">Press Esc to close.</p>
    </Dialog>
  );
}
