using EmailAuth.Benchmarks.Compare;
using EmailAuth.Benchmarks.Costs;
using EmailAuth.Benchmarks.Keys;
using EmailAuth.Benchmarks.Load;
using EmailAuth.Benchmarks.Reports;
using EmailAuth.Benchmarks.Soak;

switch (args)
{
    case ["compare", .. var arguments]:
        return await CompareCommand.RunAsync(arguments);

    case ["costs", .. var arguments]:
        return await CostsCommand.RunAsync(arguments);

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

    case ["reports-store"]:
        return await StoreCommand.RunAsync();

    case ["soak", .. var arguments]:
        return await SoakCommand.RunAsync(arguments);

    default:
        Console.Error.WriteLine(
            "A command is expected: batch, compare, costs, fresh, keys, load, reports, reports-collect, reports-nodes, reports-store, soak");
        return 64;
}
