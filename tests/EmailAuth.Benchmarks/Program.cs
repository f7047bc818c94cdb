using BenchmarkDotNet.Running;
using EmailAuth.Benchmarks.Compare;
using EmailAuth.Benchmarks.Latency;

switch (args)
{
    case ["compare", .. var arguments]:
        return await CompareCommand.RunAsync(arguments);

    case ["latency"]:
        await LatencyTable.PrintAsync();
        return 0;

    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
