namespace EmailAuth.Inspection.Signatures;

/// <summary>A field as it may have been signed, and what then was done to it.</summary>
/// <param name="Code">The code of the change.</param>
/// <param name="Arguments">The code's arguments.</param>
/// <param name="Name">The field's name as it may have been written.</param>
/// <param name="Value">Its value, its octets as Latin-1.</param>
/// <param name="Rank">How unlikely it is: 0 for what many programs do, 1 for the rest, 2 for positions in a text, which are tried alone.</param>
internal sealed record FieldRewrite(ChangeCode Code, string[] Arguments, string Name, string Value, int Rank = 1);
