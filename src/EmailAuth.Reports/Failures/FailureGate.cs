namespace EmailAuth.Reports.Failures;

/// <summary>
/// Which failures a process notes with a report, so that a flood fills no journal: the first of each kind within the window, up to the limits of a day. The
/// store limits what all processes noted. Thread-safe; memory is bounded by <see cref="FailureLimits.MaxInAll"/>.
/// </summary>
/// <param name="limits">The limits.</param>
internal sealed class FailureGate(FailureLimits limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _domains = new(StringComparer.Ordinal);
    private DateTime _day;
    private int _all;

    /// <summary>What to do with a failure.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="organization">Whose it is.</param>
    /// <param name="now">The time.</param>
    /// <returns>True to note it with its report, false to count it, null to drop it.</returns>
    public bool? Admit(string kind, string organization, DateTimeOffset now)
    {
        lock (_lock)
        {
            // A message that came before midnight may be judged after those that came later: only a new day begins again, or a clock that was wrong.
            var day = now.UtcDateTime.Date;
            if (day > _day || _day - day > TimeSpan.FromDays(1))
            {
                (_day, _all) = (day, 0);
                _kinds.Clear();
                _domains.Clear();
            }

            if (_kinds.TryGetValue(kind, out var until) && now < until)
            {
                return false;
            }

            var ofDomain = _domains.GetValueOrDefault(organization);
            if (_all >= limits.MaxInAll || ofDomain >= limits.MaxPerDomain)
            {
                return null;
            }

            _kinds[kind] = now + limits.Window;
            _domains[organization] = ofDomain + 1;
            _all++;
            return true;
        }
    }
}
