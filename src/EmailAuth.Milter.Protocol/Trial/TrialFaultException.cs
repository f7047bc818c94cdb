namespace EmailAuth.Milter.Protocol.Trial;

/// <summary>Ends a dialogue that cannot go on; <see cref="MilterTrial"/> turns it into the result's fault.</summary>
internal sealed class TrialFaultException(string message) : Exception(message);
