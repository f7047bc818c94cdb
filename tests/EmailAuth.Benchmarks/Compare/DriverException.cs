namespace EmailAuth.Benchmarks.Compare;

/// <summary>A driver ended, fell silent or said what it should not.</summary>
internal sealed class DriverException(string message) : Exception(message);
