namespace EmailAuth.Benchmarks.Soak;

/// <summary>One message of the mix and what is done with it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="RunAsync">Does it, with what it leaves to chance; throws when a promise is broken.</param>
internal sealed record SoakCase(string Name, Func<Random, Task> RunAsync);
