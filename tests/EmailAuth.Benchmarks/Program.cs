using BenchmarkDotNet.Running;
using EmailAuth.Benchmarks.Latency;

if (args is ["latency"])
{
    await LatencyTable.PrintAsync();
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
