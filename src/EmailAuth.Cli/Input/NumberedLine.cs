namespace EmailAuth.Cli.Input;

/// <summary>A line of the input without its line end, numbered from 1.</summary>
/// <param name="Number">The number.</param>
/// <param name="Bytes">The bytes; empty when the line is too long to be read.</param>
/// <param name="IsTooLong">Whether it is longer than <see cref="LineReader.MaxLength"/>.</param>
internal sealed record NumberedLine(long Number, byte[] Bytes, bool IsTooLong = false);
