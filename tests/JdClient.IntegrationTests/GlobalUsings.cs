// For what is linked from JdClient.Tests, where all of Xunit is a global using.
global using Assert = Xunit.Assert;
