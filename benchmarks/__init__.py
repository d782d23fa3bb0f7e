"""Speed against a peer, side by side in one run; README.md says how it is measured."""
