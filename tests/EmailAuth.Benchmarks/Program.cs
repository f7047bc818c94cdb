using BenchmarkDotNet.Running;
using EmailAuth.Benchmarks.Latency;

switch (args)
{
    case ["latency"]:
        await LatencyTable.PrintAsync();
        return 0;

    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
