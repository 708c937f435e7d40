using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Sv2.Transport.Tests")]
[assembly: InternalsVisibleTo("Benchmarks")]
[assembly: InternalsVisibleTo("Fuzz")]
