namespace EmailAuth.Dns.Stub;

/// <summary>What the parts of one resolver share.</summary>
/// <param name="Options">How it asks.</param>
/// <param name="Time">The clock.</param>
/// <param name="Deadlines">The exchanges that wait.</param>
/// <param name="Random">Ports and IDs.</param>
/// <param name="Counters">Counts of events on the wire.</param>
internal sealed record StubContext(StubResolverOptions Options, TimeProvider Time, Deadlines Deadlines, RandomNumbers Random, StubCounters Counters);
