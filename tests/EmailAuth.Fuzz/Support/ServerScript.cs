using System.Collections.Concurrent;
using System.Globalization;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Fuzz.Support;

/// <summary>What DNS servers do in one run. Thread-safe.</summary>
/// <param name="steps">Two bytes for each question that arrives: how it is answered, and with what; after the last the first again.</param>
internal sealed class ServerScript(byte[] steps) : IDisposable
{
    /// <summary>How many names are asked for, and may be aliases of each other.</summary>
    public const int Names = 4;

    /// <summary>The text of every answer that nobody may believe.</summary>
    public const string Forged = "forged";

    private const int HeaderBytes = 12;

    private static int _runs;

    // Names have it in them: what arrives late from another run is known by it.
    private readonly string _run = Interlocked.Increment(ref _runs).ToString(CultureInfo.InvariantCulture);
    private readonly CancellationTokenSource[] _givesUp = [.. Enumerable.Range(0, Names).Select(static _ => new CancellationTokenSource())];
    private readonly ConcurrentQueue<Answer> _earlier = new();
    private int _step = -1;
    private int _questions;
    private volatile bool _isHonest = steps.Length < 2;
    private volatile bool _isTainted;

    /// <summary>How many questions arrived.</summary>
    public int Questions => Volatile.Read(ref _questions);

    /// <summary>Whether a server that was asked has changed its answer somewhere.</summary>
    public bool IsTainted => _isTainted;

    public string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{_run}.n{number}.example");

    public CancellationToken GivesUp(int number) => _givesUp[number].Token;

    /// <summary>From now on every answer is honest.</summary>
    public void BeHonest() => _isHonest = true;

    public IEnumerable<Answer> Answer(Question question, int server)
    {
        if (!question.Name.StartsWith(_run + ".", StringComparison.Ordinal))
        {
            return [];
        }

        Interlocked.Increment(ref _questions);
        var honest = question.Reply(Text(question.Name, question.Name.ToLowerInvariant()));
        if (_isHonest)
        {
            return [honest];
        }

        _earlier.Enqueue(honest);
        var step = 2 * (int)((uint)Interlocked.Increment(ref _step) % (uint)(steps.Length / 2));
        return Answer(question, honest, steps[step], steps[step + 1], server);
    }

    public void Dispose()
    {
        foreach (var source in _givesUp)
        {
            source.Dispose();
        }
    }

    private IEnumerable<Answer> Answer(Question question, Answer honest, byte how, byte what, int server)
    {
        var close = question.IsTcp ? new[] { Close } : [];
        switch (how % 14)
        {
            case 0:
                return [];
            case 1:
                return server == what % 2 ? [] : [honest];
            case 2:
                return [.. Enumerable.Repeat(Forge(question, what), what % 24), honest];
            case 3:
                return [Forge(question, what)];
            case 4:
                return [question.IsTcp ? honest : question.Reply(0x200, 0, [Text(question.Name, Forged)], [])];
            case 5:
                return [question.Reply(0, what % 16, [], [])];
            case 6:
                return [question.Reply(0, 3 * (what & 1), [], [Authority("example", what, what)])];
            case 7:
                return [question.Reply(Alias(question.Name, NameOf(what % Names), what))];
            case 8:
                return [.. close, Short(question)];
            case 9:
                return [question.IsTcp ? honest with { AnnouncedLength = honest.Bytes.Length + what } : Short(question)];
            case 10:
                return [honest, honest, .. close];
            case 11:
                return [.. _earlier.Take(1 + (what % 8))];
            case 12:
                _givesUp[what % Names].Cancel();
                return [honest];
            default:
                _isTainted = true;
                return [Changed(honest, AnswerStart(question) + (what % 32), 1 << (what >> 5))];
        }
    }

    private static Answer Short(Question question) => question.Reply(0x200, 0, [], []);

    // Of another ID, another name or another type.
    private static Answer Forge(Question question, byte what)
    {
        var forged = question.Reply(Text(question.Name, Forged));
        return Changed(forged, (what % 4) switch { 0 => 0, 1 => 1, 2 => HeaderBytes + 1, _ => AnswerStart(question) - 3 }, 1);
    }

    private static Answer Changed(Answer answer, int at, int bits)
    {
        var bytes = answer.Bytes.ToArray();
        bytes[Math.Min(at, bytes.Length - 1)] ^= (byte)bits;
        return new Answer(bytes);
    }

    private static int AnswerStart(Question question) => HeaderBytes + question.Name.Length + 2 + 4;
}
