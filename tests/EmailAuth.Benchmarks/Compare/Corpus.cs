namespace EmailAuth.Benchmarks.Compare;

/// <summary>What is judged: items, the DNS data they need, and the rows of the table. Every contestant gets the same.</summary>
/// <param name="Rows">The rows of the table.</param>
/// <param name="Items">Each item as the fields of an item line: the file of a message; or address, HELO name and sender.</param>
/// <param name="Records">Name, type and data of each DNS record.</param>
internal sealed record Corpus(IReadOnlyList<Row> Rows, IReadOnlyList<string[]> Items, IReadOnlyList<(string Name, string Type, string Data)> Records);
