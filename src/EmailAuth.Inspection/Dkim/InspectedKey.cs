namespace EmailAuth.Cli.Published;

/// <summary>What kind of key a record holds.</summary>
/// <param name="Type">The key type (<c>k=</c>); null when the record is malformed.</param>
/// <param name="Bits">The size of the key; 0 when there is none that can be used.</param>
internal sealed record InspectedKey(string? Type, int Bits);
