using EmailAuth.Fuzz.Support;
using EmailAuth.Fuzz.Targets;
using EmailAuth.Tests.TestSupport;
using EmailAuth.Tests.Threats;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>Messages that do not come to their end: abandoned, cancelled or cut at any point, with answers that come, fail or never come.</summary>
internal sealed class BrokenDialogues(SoakPipelines pipelines)
{
    private static readonly Fault[] Faults = Enum.GetValues<Fault>();

    /// <summary>A session that is disposed of at some point, its answers held back.</summary>
    public async Task AbandonAsync(SoakMail mail, Random random)
    {
        var held = ScriptedResolver.Held(pipelines.Zone);
        var session = Feeding.Begin(pipelines.PatientOver(held), mail);
        var isFed = FeedSome(session, mail, random, held);
        var pending = isFed && random.Next(2) == 0 ? session.CompleteAsync().AsTask() : null;
        await session.DisposeAsync();
        if (random.Next(2) == 0)
        {
            await session.DisposeAsync();
        }

        if (pending is not null)
        {
            await EndsAsync(mail, pending);
        }

        FindingException.ThrowIf(held.Outstanding > 0, $"{held.Outstanding} queries outlive the session");
    }

    /// <summary>A message that is abandoned at some point, and the next one of the connection, which is judged as if it were the first.</summary>
    public async Task ResetAsync(SoakMail mail, SoakMail next, Random random)
    {
        await using var session = Feeding.Begin(pipelines.Late, next);
        FeedSome(session, mail, random, held: null);
        session.Reset();
        Feeding.Feed(session, next);
        next.Check(await session.CompleteAsync());
    }

    /// <summary>A message whose checks are cancelled at some point, its answers held back.</summary>
    public async Task CancelAsync(SoakMail mail, Random random)
    {
        var held = ScriptedResolver.Held(pipelines.Zone);
        using var cancel = new CancellationTokenSource();
        var way = Feeding.Ways[random.Next(Feeding.Ways.Count)];
        var pending = way(pipelines.PatientOver(held), mail, cancel.Token).AsTask();
        for (var rounds = random.Next(4); rounds > 0; rounds--)
        {
            held.AnswerRound();
        }

        await cancel.CancelAsync();
        await EndsAsync(mail, pending);
        FindingException.ThrowIf(held.Outstanding > 0, $"{held.Outstanding} queries outlive the message");
    }

    /// <summary>A message that is cancelled while real queries are under way, to servers of which some are silent.</summary>
    public async Task CancelOnTheWireAsync(SoakMail mail)
    {
        using var cancel = new CancellationTokenSource();
        var pending = pipelines.Wire.AuthenticateAsync(mail.Envelope, mail.Message, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await EndsAsync(mail, pending);
    }

    /// <summary>A stream that breaks off at some byte: the reader's exception is the caller's.</summary>
    public async Task BreakOffAsync(SoakMail mail, Random random)
    {
        await using var stream = new PieceStream(mail.Message, 1 + random.Next(2000), random.Next(mail.Message.Length));
        try
        {
            await pipelines.Late.AuthenticateAsync(mail.Envelope, stream);
        }
        catch (IOException)
        {
            return;
        }

        throw new FindingException("a stream that broke off gave an outcome");
    }

    /// <summary>A message one of whose queries is answered in a way that no resolver should.</summary>
    public async Task MeetFaultAsync(SoakMail mail, Random random)
    {
        var fault = Faults[random.Next(Faults.Length)];
        var position = random.Next(1, 20);
        var faulty = EmailAuth.Tests.TestSupport.Faults.At(pipelines.Zone, position, fault);
        var outcome = await Feeding.Ways[random.Next(Feeding.Ways.Count)](pipelines.Over(faulty), mail, CancellationToken.None);
        OutcomeExpectations.Check(outcome);
        FindingException.ThrowIf(faulty.Outstanding > 0, $"{fault} at {faulty.QuestionAt(position)}: {faulty.Outstanding} queries outlive the message");
    }

    // Whether the whole message was fed.
    private static bool FeedSome(AuthenticationSession session, SoakMail mail, Random random, ScriptedResolver? held)
    {
        var left = random.Next(20);
        foreach (var _ in Feeding.Steps(session, mail))
        {
            if (random.Next(4) == 0)
            {
                held?.AnswerRound();
            }

            if (left-- == 0)
            {
                return false;
            }
        }

        return true;
    }

    // An outcome when it was faster, and nothing else but the cancellation otherwise.
    private static async Task EndsAsync(SoakMail mail, Task<AuthenticationOutcome> pending)
    {
        try
        {
            mail.Check(await pending);
        }
        catch (OperationCanceledException)
        {
            // As it was asked for.
        }
    }
}
