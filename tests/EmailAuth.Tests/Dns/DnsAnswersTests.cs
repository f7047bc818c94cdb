using EmailAuth.Dns;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>The table of a session's questions.</summary>
public class DnsAnswersTests
{
    private static readonly DnsQuestion A = new(DomainName.Parse("a.example").Value!, DnsRecordType.Txt);
    private static readonly DnsQuestion B = new(DomainName.Parse("b.example").Value!, DnsRecordType.Txt);

    private readonly DnsSession _session = new(new ZoneResolver(new Zone()));
    private readonly DnsAnswers _answers = DnsAnswers.Rent();

    [Fact]
    public void A_query_is_replaced_by_its_own_answer_alone()
    {
        var query = _answers.TakeQuery();
        query.Begin(_session, _session.Begin(DnsPurpose.Bimi, 1), A, true);
        Assert.Equal((null, 0, false), Find(A));
        _answers.Note(A, query, 5);
        _answers.Note(B, query, 6);
        Assert.Equal((query, 5, true), Find(A));
        var response = DnsResponse.NoData();
        _answers.Replace(query, response);
        Assert.Equal((response, 5, true), Find(A));
        Assert.Equal((query, 6, true), Find(B));
        _answers.Replace(query, DnsResponse.NameError());
        Assert.Equal((response, 5, true), Find(A));
        var other = new DnsQuery();
        other.Begin(_session, _session.Begin(DnsPurpose.Bimi, 1), new DnsQuestion(A.Name, DnsRecordType.Mx), true);
        _answers.Replace(other, response); // it is not in the table
        Assert.Equal((null, 0, false), Find(other.Question));
    }

    [Fact]
    public void Marking_changes_only_who_has_needed_it()
    {
        var (first, second) = (DnsResponse.NoData(), DnsResponse.NameError());
        _answers.Note(A, first, 1);
        _answers.Mark(A, second, 3);
        Assert.Equal((first, 3, true), Find(A));
        _answers.Mark(B, second, 4);
        Assert.Equal((second, 4, true), Find(B));
        _answers.Note(A, second, 8);
        Assert.Equal((second, 8, true), Find(A));
    }

    [Fact]
    public void A_query_that_is_given_back_is_used_once_more_unless_it_was_cancelled()
    {
        var query = _answers.TakeQuery();
        Assert.NotSame(query, _answers.TakeQuery());
        query.Begin(_session, _session.Begin(DnsPurpose.Bimi, 1), A, true);
        (query.Waiting, query.IsShared, query.State, query.Response, query.Elapsed, query.IsAsked) = (3, true, DnsQueryState.Answered, DnsResponse.NoData(), TimeSpan.FromSeconds(1), true);
        _answers.GiveBack(query);
        Assert.Null(query.Session);
        Assert.Null(query.Asker);
        Assert.Equal(default, query.Question);
        Assert.Same(query, _answers.TakeQuery());
        Assert.NotSame(query, _answers.TakeQuery());
        var asker = _session.Begin(DnsPurpose.Web, 1);
        query.Begin(_session, asker, B, false);
        Assert.Equal(
            (_session, asker, B, false, 0, false, DnsQueryState.Waiting, null, TimeSpan.Zero, false),
            (query.Session, query.Asker, query.Question, query.IsNeeded, query.Waiting, query.IsShared, query.State, query.Response, query.Elapsed, query.IsAsked));
        query.Cancel();
        Assert.True(query.Token.IsCancellationRequested);
        _answers.GiveBack(query);
        Assert.NotSame(query, _answers.TakeQuery());
    }

    [Fact]
    public void The_answers_that_only_one_purpose_needed_are_forgotten_and_queries_in_flight_stay()
    {
        var (running, waiting, givenUp, answered) = (Query(DnsQueryState.Running), Query(DnsQueryState.Waiting), Query(DnsQueryState.GivenUp), Query(DnsQueryState.Answered));
        (string Name, object Known, int NeededBy, bool Stays)[] all =
        [
            ("mine.example", DnsResponse.NoData(), 2, false), ("prefetched.example", DnsResponse.NoData(), 0, false),
            ("other.example", DnsResponse.NoData(), 4, true), ("both.example", DnsResponse.NoData(), 6, true),
            ("running.example", running, 2, true), ("waiting.example", waiting, 0, true),
            ("given-up.example", givenUp, 2, false), ("answered.example", answered, 2, false),
        ];
        foreach (var (name, known, neededBy, _) in all)
        {
            _answers.Note(Of(name), known, neededBy);
        }

        _answers.Forget(2);
        Assert.All(all, one => Assert.Equal((one.Stays ? one.Known : null, one.Stays ? one.NeededBy : 0, one.Stays), Find(Of(one.Name))));
    }

    private static DnsQuestion Of(string name) => new(DomainName.Parse(name).Value!, DnsRecordType.Txt);

    private DnsQuery Query(DnsQueryState state)
    {
        var query = new DnsQuery();
        query.Begin(_session, _session.Begin(DnsPurpose.SpfHelo, 1), A, true);
        query.State = state;
        return query;
    }

    private (object? Known, int NeededBy, bool IsThere) Find(DnsQuestion question)
    {
        var isThere = _answers.TryFind(question, out var known, out var neededBy);
        return (known, neededBy, isThere);
    }
}
