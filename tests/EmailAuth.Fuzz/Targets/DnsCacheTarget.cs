using EmailAuth.Dns;
using EmailAuth.Fuzz.Support;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// The state of the stub resolver beside a plain account of it: who waits for which question, and what is kept until when. The input is calls of two bytes:
/// which, and its argument.
/// </summary>
internal static class DnsCacheTarget
{
    private const int MaxBytes = 4096;
    private const int MaxCalls = 2000;

    private static readonly TimeSpan MaxTimeToLive = TimeSpan.FromSeconds(60);

    private static readonly DnsQuestion[] Questions = [.. "abcdefgh".Select(letter => new DnsQuestion(DomainName.Parse($"{letter}.example").Value!, DnsRecordType.Txt))];

    public static void Run(ReadOnlySpan<byte> input)
    {
        var run = new Account();
        for (var at = 0; at + 1 < input.Length && at < 2 * MaxCalls; at += 2)
        {
            run.Call(input[at], input[at + 1]);
        }

        run.End();
    }

    private sealed class Account
    {
        private readonly Clock _clock = new();
        private readonly List<QueryInFlight> _sent = [];
        private readonly List<(int Question, Task<DnsResponse> Task, CancellationTokenSource Source)> _waiting = [];
        private readonly Dictionary<int, (DnsResponse Response, long Expires)> _kept = [];
        private readonly CachingResolver _resolver;
        private int _answers;

        public Account() => _resolver = new CachingResolver(_sent.Add, MaxBytes, MaxTimeToLive, _clock);

        public void Call(byte which, byte argument)
        {
            switch (which % 6)
            {
                case 0 or 1:
                    Ask(argument % Questions.Length);
                    break;
                case 2 when _sent.Count > 0:
                    Answer(_sent[argument % _sent.Count], Response(argument));
                    break;
                case 3 when _sent.Count > 0:
                    Answer(_sent[argument % _sent.Count], null);
                    break;
                case 4 when _waiting.Count > 0:
                    GiveUp(argument % _waiting.Count);
                    break;
                case 5:
                    _clock.Seconds += argument;
                    break;
                default:
                    break;
            }

            FindingException.ThrowIf(_resolver.CacheBytes > MaxBytes, $"{_resolver.CacheBytes} bytes are kept");
        }

        public void End()
        {
            while (_sent.Count > 0)
            {
                Answer(_sent[0], DnsResponse.NoData());
            }

            FindingException.ThrowIf(_waiting.Count > 0, "somebody waits for nothing");
        }

        private void Ask(int question)
        {
            var before = _sent.Count;
            var isInFlight = _sent.Any(query => query.Question.Equals(Questions[question]));
            var source = new CancellationTokenSource();
            var asked = _resolver.QueryAsync(Questions[question], source.Token).AsTask();
            FindingException.ThrowIf(isInFlight && _sent.Count > before, "a question is asked twice at a time");
            if (!asked.IsCompleted)
            {
                FindingException.ThrowIf(!isInFlight && _sent.Count == before, "nobody is asked");
                _waiting.Add((question, asked, source));
                return;
            }

            // From memory: what was answered last, and not past its time.
            var (response, expires) = _kept.GetValueOrDefault(question);
            FindingException.ThrowIf(_sent.Count > before || !ReferenceEquals(asked.Result, response) || _clock.Seconds >= expires, "an answer from nowhere, or past its time");
        }

        private void Answer(QueryInFlight query, DnsResponse? response)
        {
            var question = Array.IndexOf(Questions, query.Question);
            _sent.Remove(query);
            if (response is null)
            {
                query.Fail(new IOException("the transport broke"));
            }
            else
            {
                query.Complete(response);
            }

            if (response is { Status: not DnsStatus.Failure, TimeToLive: { } time })
            {
                _kept[question] = (response, _clock.Seconds + (long)Math.Min(time.TotalSeconds, MaxTimeToLive.TotalSeconds));
            }

            foreach (var (_, task, source) in _waiting.Where(one => one.Question == question).ToArray())
            {
                FindingException.ThrowIf(!task.IsCompleted || (response is null ? !task.IsFaulted : !ReferenceEquals(task.Result, response)), "an asker is told something else, or nothing");
                source.Dispose();
            }

            _waiting.RemoveAll(one => one.Question == question);
        }

        private void GiveUp(int index)
        {
            var (question, task, source) = _waiting[index];
            source.Cancel();
            source.Dispose();
            _waiting.RemoveAt(index);
            FindingException.ThrowIf(!task.IsCanceled, "who gives up still waits");
            var isAwaited = _waiting.Exists(one => one.Question == question);
            FindingException.ThrowIf(_sent.Exists(query => query.Question.Equals(Questions[question]) && query.IsGivenUp == isAwaited), "a query ends too early, or never");
            _sent.RemoveAll(query => query.IsGivenUp);
        }

        private DnsResponse Response(byte argument)
        {
            var time = argument % 4 == 0 ? (TimeSpan?)null : TimeSpan.FromSeconds(argument);
            return (argument % 5) switch
            {
                0 => DnsResponse.Failed(DnsFailure.ServerFailure, "SERVFAIL"),
                1 => DnsResponse.NameError(time),
                2 => DnsResponse.NoData(time),
                _ => DnsResponse.OfTexts([new string('x', argument * 8), $"{_answers++}"], time ?? TimeSpan.Zero),
            };
        }
    }

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
