namespace EmailAuth.Benchmarks.Soak;

/// <summary>What the soak consists of: a deck of cases, each of them as often as its share.</summary>
internal sealed class SoakMix
{
    private readonly SoakPipelines _pipelines;
    private readonly BrokenDialogues _broken;
    private readonly IReadOnlyList<SoakMail> _known;
    private readonly List<SoakCase> _deck = [];
    private long _fresh;

    public SoakMix(SoakPipelines pipelines, HonestMail honest, VectorMail vectors, Logos logos, MilterPeer milter)
    {
        _pipelines = pipelines;
        _broken = new BrokenDialogues(pipelines);
        _known = honest.Known;
        foreach (var vector in vectors.Vectors)
        {
            Add(1, vector.Id, _ => vectors.RunAsync(vector));
        }

        foreach (var mail in _known)
        {
            Add(mail.Message.Length > 100_000 ? 5 : 40, mail.Name, random => JudgeAsync(mail, random));
        }

        foreach (var mail in HostileMail.All)
        {
            Add(1, mail.Name, random => JudgeAsync(mail, random));
        }

        Add(100, "damaged vector", vectors.RunDamagedAsync);
        Add(200, "fresh names and keys", random => JudgeAsync(Fresh(), random));
        Add(50, "abandoned", random => _broken.AbandonAsync(AnyMail(random), random));
        Add(50, "reset", random => _broken.ResetAsync(AnyMail(random), _known[0], random));
        Add(50, "cancelled", random => _broken.CancelAsync(AnyMail(random), random));
        Add(20, "cancelled on the wire", random => _broken.CancelOnTheWireAsync(From(random.Next(2) == 0 ? "silent.example" : $"d{random.Next()}.fresh.example")));
        Add(20, "broken off", random => _broken.BreakOffAsync(AnyMail(random), random));
        Add(60, "faulty resolver", random => _broken.MeetFaultAsync(random.Next(3) == 0 ? Fresh() : _known[random.Next(2)], random));
        Add(2, "silent server", _ => JudgeAsync(From("silent.example"), _pipelines.HastyWire));
        foreach (var domain in (string[])["lame.example", "garbled.example", "twice.example"])
        {
            Add(8, domain, _ => JudgeAsync(From(domain), _pipelines.Wire));
        }

        Add(20, "milter", _ => milter.DeliverAsync(_known[0]));
        Add(20, "milter, cut", random => milter.CutAsync(random.Next(2) == 0 ? Fresh() : _known[random.Next(_known.Count)], random));
        Add(50, "logos", _ => logos.FetchAsync());
    }

    public IReadOnlyList<SoakCase> Deck => _deck;

    private void Add(int share, string name, Func<Random, Task> run) => _deck.AddRange(Enumerable.Repeat(new SoakCase(name, run), share));

    // In any way, by any of the three resolvers.
    private async Task JudgeAsync(SoakMail mail, Random random)
    {
        var pipeline = random.Next(4) switch
        {
            0 => _pipelines.Wire,
            1 => _pipelines.Late,
            _ => _pipelines.Prompt,
        };
        mail.Check(await Feeding.Ways[random.Next(Feeding.Ways.Count)](pipeline, mail, CancellationToken.None));
    }

    private static async Task JudgeAsync(SoakMail mail, AuthenticationPipeline pipeline) =>
        mail.Check(await pipeline.AuthenticateAsync(mail.Envelope, mail.Message));

    private SoakMail Fresh() => HonestMail.Fresh(Interlocked.Increment(ref _fresh));

    private SoakMail AnyMail(Random random) => random.Next(3) switch
    {
        0 => Fresh(),
        1 => _known[random.Next(_known.Count)],
        _ => HostileMail.All[random.Next(HostileMail.All.Count)],
    };

    private SoakMail From(string domain) => _known[0] with
    {
        Name = domain,
        Envelope = new SmtpEnvelope(SoakMail.Client, $"mail.{domain}", $"a@{domain}"),
        Expected = null,
    };
}
