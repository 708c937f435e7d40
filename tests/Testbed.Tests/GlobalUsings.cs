global using Xunit;
global using U256 = Bitcoin.U256;
