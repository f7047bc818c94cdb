namespace EmailAuth.Cli.Commands;

/// <summary>What an earlier run wrote.</summary>
/// <param name="Domains">The domains that it checked.</param>
/// <param name="Worst">The exit code for their findings.</param>
/// <param name="IsUnknown">Whether something is not known about one of them, or a line of the list was not a domain.</param>
internal sealed record EarlierLines(HashSet<string> Domains, int Worst, bool IsUnknown);
