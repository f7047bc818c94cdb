using BenchmarkDotNet.Running;
using EmailAuth.Benchmarks;
using EmailAuth.Benchmarks.Compare;
using EmailAuth.Benchmarks.Costs;
using EmailAuth.Benchmarks.Dns;
using EmailAuth.Benchmarks.Domains;
using EmailAuth.Benchmarks.Keys;
using EmailAuth.Benchmarks.Latency;
using EmailAuth.Benchmarks.Load;
using EmailAuth.Benchmarks.ReportReading;
using EmailAuth.Benchmarks.Reports;
using EmailAuth.Benchmarks.Scale;
using EmailAuth.Benchmarks.Signing;
using EmailAuth.Benchmarks.Soak;

switch (args)
{
    case ["compare", .. var arguments]:
        return await CompareCommand.RunAsync(arguments);

    case ["costs", .. var arguments]:
        return await CostsCommand.RunAsync(arguments);

    case ["dns"]:
        return await DnsCommand.RunAsync();

    case ["dns", "message"]:
        return await MessageCommand.RunAsync();

    case ["dns", "cache"]:
        CacheCommand.Run();
        return 0;

    case ["domains", .. var arguments]:
        return await DomainsCommand.RunAsync(arguments);

    case ["keys", .. var arguments]:
        return await KeysCommand.RunAsync(arguments);

    case ["load", .. var arguments]:
        return await LoadCommand.RunAsync(arguments);

    case ["batch", .. var arguments]:
        return await BatchLoad.RunAsync(arguments);

    case ["fresh", .. var arguments]:
        return await FreshCommand.RunAsync(arguments);

    case ["reports", .. var arguments]:
        return await ReportsCommand.RunAsync(arguments);

    case ["reports-collect"]:
        return await CollectCommand.RunAsync();

    case ["reports-nodes", .. var arguments]:
        return await NodesCommand.RunAsync(arguments);

    case ["reports-read"]:
        return await ReportsReadCommand.RunAsync();

    case ["sign"]:
        return await SignCommand.RunAsync();

    case ["reports-store"]:
        return await StoreCommand.RunAsync();

    case ["latency"]:
        await LatencyTable.PrintAsync();
        return 0;

    case ["soak", .. var arguments]:
        return await SoakCommand.RunAsync(arguments);

    case ["scale", .. var arguments]:
        return await ScaleCommand.RunAsync(arguments);

    default:
        BenchmarkSwitcher.FromAssembly(typeof(Table).Assembly).Run(args);
        return 0;
}
