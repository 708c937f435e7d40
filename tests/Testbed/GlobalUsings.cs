// The one type shared with src/Bitcoin: hashes and targets as messages carry them. Everything else of the consensus rules
// is written a second time in the Consensus folder.
global using U256 = Bitcoin.U256;
