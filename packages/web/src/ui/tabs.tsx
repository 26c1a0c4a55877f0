import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";

export interface Tab {
  label: ReactNode;
  count?: number | undefined;
  active: boolean;
  /** Where the tab lives: tabs are addresses, so that Back and sharing work. */
  link: LinkProps;
}

export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab, index) => (
        <Link
          // biome-ignore lint/suspicious/noArrayIndexKey: tabs are fixed
          key={index}
          {...tab.link}
          // Otherwise the router would also mark a tab whose search is only a part of the address's.
          activeOptions={{ exact: true }}
          className="tab"
          aria-current={tab.active ? "page" : undefined}
        >
          {tab.label}
          {tab.count !== undefined && <span className="tab-count">{tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}
