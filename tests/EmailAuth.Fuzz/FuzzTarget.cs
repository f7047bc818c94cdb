namespace EmailAuth.Fuzz;

/// <summary>Feeds one parser or one path with an input; whatever it throws is a finding.</summary>
internal delegate void FuzzRun(ReadOnlySpan<byte> input);

/// <summary>An entry point.</summary>
/// <param name="Name">Its name on the command line, and of its corpus.</param>
/// <param name="Run">Feeds it.</param>
internal sealed record FuzzTarget(string Name, FuzzRun Run);
