using EmailAuth.Dns;
using EmailAuth.Fuzz.Support;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// The stub resolver over its sockets, with two servers that answer as the input says: a byte of options, then two for each question that arrives, how it is
/// answered and with what, from the beginning again after the last. What is forged never counts, every question ends, the questions sent are bounded, and
/// honest servers are heard again afterwards.
/// </summary>
internal static class DnsServersTarget
{
    private const int MaxSteps = 64;

    // For each name and the names that it may be an alias of: two servers, two rounds and a turn for those that refuse; in each with EDNS and without, and
    // twice over TCP for each of them.
    private const int MostQuestions = ServerScript.Names * ServerScript.Names * 2 * 3 * 6;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly LoopbackDnsServer[] Servers = [new(question => Answers(question, 0)), new(question => Answers(question, 1))];

    private static ServerScript _script = new([]);

    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        using var script = new ServerScript(input[1..Math.Min(input.Length, 1 + (2 * MaxSteps))].ToArray());
        Volatile.Write(ref _script, script);
        using var resolver = new StubResolver(OptionsOf(input[0]));
        var asked = Enumerable.Range(0, ServerScript.Names).Select(number => AskAsync(resolver, script.NameOf(number), script.GivesUp(number))).ToArray();
        FindingException.ThrowIf(!Task.WhenAny(Task.WhenAll(asked)).Wait(Limit), "a question does not end");
        for (var number = 0; number < asked.Length; number++)
        {
            Check(asked[number], script, number);
        }

        FindingException.ThrowIf(script.Questions > MostQuestions, $"{script.Questions} questions are sent for {ServerScript.Names}");
        script.BeHonest();
        Recover(resolver, script);
    }

    private static StubResolverOptions OptionsOf(byte bits)
    {
        var options = new StubResolverOptions
        {
            Servers = [.. Servers.Take(1 + (bits & 1)).Select(static server => server.EndPoint)],
            Retries = (bits >> 1) & 1,
            UseMixedCase = (bits & 4) != 0,
            Rotate = (bits & 8) != 0,
            RequestDnssec = (bits & 16) != 0,
            Timeout = TimeSpan.FromMilliseconds(40),
        };
        return (bits & 32) != 0 ? options with { DatagramReceiver = static () => null } : options;
    }

    private static async Task<DnsResponse> AskAsync(StubResolver resolver, string name, CancellationToken cancellationToken) =>
        await resolver.QueryAsync(new DnsQuestion(DomainName.Parse(name).Value!, DnsRecordType.Txt), cancellationToken);

    private static void Check(Task<DnsResponse> asked, ServerScript script, int number)
    {
        if (asked.IsCanceled)
        {
            FindingException.ThrowIf(!script.GivesUp(number).IsCancellationRequested, "a question ends that nobody gave up");
            return;
        }

        var response = asked.GetAwaiter().GetResult();
        FindingException.ThrowIf((response.Status == DnsStatus.Failure) != (response.Failure != DnsFailure.None), "a failure without a code");
        FindingException.ThrowIf(response.Status == DnsStatus.Failure && string.IsNullOrEmpty(response.Detail), "a failure that says nothing");
        FindingException.ThrowIf(response.Texts.Contains(ServerScript.Forged), "what nobody has said who was asked");

        // Honest texts are the names that they are of: the one asked for, or that of which it is an alias.
        var end = response.Aliases is [.., var last] ? last.ToString() : script.NameOf(number);
        FindingException.ThrowIf(!script.IsTainted && response.Texts.Any(text => text != end), $"'{string.Join(' ', response.Texts)}' for {end}");
    }

    // The machine may be slow, but not each time.
    private static void Recover(StubResolver resolver, ServerScript script)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var name = script.NameOf(ServerScript.Names + tries);
            var response = AskAsync(resolver, name, CancellationToken.None).GetAwaiter().GetResult();
            if (response.Status == DnsStatus.Records)
            {
                FindingException.ThrowIf(response.Texts is not [var text] || text != name, $"'{string.Join(' ', response.Texts)}' for {name} from an honest server");
                return;
            }

            FindingException.ThrowIf(response.Failure is not (DnsFailure.Timeout or DnsFailure.Unreachable), $"{response.Status} {response.Detail} from an honest server");
        }

        throw new FindingException("honest servers are not heard any more");
    }

    private static IEnumerable<LoopbackDnsServer.Answer> Answers(LoopbackDnsServer.Question question, int server) => Volatile.Read(ref _script).Answer(question, server);
}
