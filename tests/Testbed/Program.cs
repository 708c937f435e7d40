using System.CommandLine;
using Testbed.Commands;

var root = new RootCommand("The other roles of Stratum V2 job declaration as real peers, and what can be run with them.")
{
    FarmCommand.Create(TimeProvider.System),
    LatencyCommand.Create(TimeProvider.System),
    LoadCommand.Create(TimeProvider.System),
    RequestsCommand.Create(TimeProvider.System),
    RoleCommand.Create(TimeProvider.System),
};
return await root.Parse(args).InvokeAsync();
