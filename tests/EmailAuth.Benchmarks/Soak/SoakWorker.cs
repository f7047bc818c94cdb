using System.Diagnostics;
using EmailAuth.Fuzz.Support;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>Goes through the deck over and over, shuffled anew each time, so that any two stretches of time hold about the same mix.</summary>
internal sealed class SoakWorker(IReadOnlyList<SoakCase> deck, int seed)
{
    // Far beyond what any case takes: whatever lasts longer hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Random _random = new(seed);
    private readonly SoakCase[] _deck = [.. deck];
    private int _next = deck.Count;

    /// <summary>How many messages it has dealt with.</summary>
    public long Messages { get; private set; }

    /// <summary>Works for a time.</summary>
    /// <param name="time">How long.</param>
    /// <param name="cancellationToken">Ends it early, between two messages.</param>
    /// <exception cref="FindingException">A promise was broken.</exception>
    public async Task RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time && !cancellationToken.IsCancellationRequested)
        {
            if (_next == _deck.Length)
            {
                _random.Shuffle(_deck);
                _next = 0;
            }

            var turn = _deck[_next++];
            try
            {
                await turn.RunAsync(_random).WaitAsync(Patience, CancellationToken.None);
            }
            catch (Exception e)
            {
                throw new FindingException($"{turn.Name}: {(e is FindingException ? e.Message : e)}", e);
            }

            Messages++;
        }
    }
}
