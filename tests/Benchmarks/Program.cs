using BenchmarkDotNet.Running;
using Benchmarks;

// dotnet run -c Release --project tests/Benchmarks -- [--quick] [--filter '*Noise*'] [--list flat]
bool quick = args.Contains("--quick");
string[] rest = [.. args.Where(argument => argument != "--quick")];
BenchmarkSwitcher
    .FromAssembly(typeof(BenchmarkConfiguration).Assembly)
    .Run(rest.Length == 0 ? ["--filter", "*"] : rest, BenchmarkConfiguration.Create(quick));
return 0;
