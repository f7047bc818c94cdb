using System.Globalization;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>The ARC fields of a header, in sets, and whether their structure holds (RFC 8617 section 5.2, steps 1 to 3). No I/O.</summary>
internal sealed class ArcChain
{
    /// <summary>RFC 8617 section 4.2.1: a chain has at most 50 sets.</summary>
    public const int MaxInstance = 50;

    private const string ResultsName = "arc-authentication-results";
    private const string MessageSignatureName = "arc-message-signature";
    private const string SealName = "arc-seal";

    private static readonly ArcChain Empty = new(AlgorithmTable.Default);

    private readonly AlgorithmTable _algorithms;
    private readonly List<ArcChainSet> _sets = [];

    private ArcChain(AlgorithmTable algorithms) => _algorithms = algorithms;

    /// <summary>The sets, from instance 1 upwards; whole and in order when there is no <see cref="Fault"/>.</summary>
    public IReadOnlyList<ArcChainSet> Sets => _sets;

    /// <summary>The newest set. Only when the message has a chain.</summary>
    public ArcChainSet Newest => _sets[^1];

    /// <summary>Why the structure is broken; null when it is not.</summary>
    public ArcFault? Fault { get; private set; }

    public bool IsEmpty => ReferenceEquals(this, Empty);

    public int HighestInstance => _sets.Count;

    /// <summary>Whether a seal says that the chain is at its end.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether the newest seal says so.</summary>
    public bool IsClosedByNewest => IsClosed && ClosingInstance > 0 && ClosingInstance == HighestInstance;

    /// <summary>The highest instance whose seal says cv=fail, or 0.</summary>
    public int ClosingInstance { get; private set; }

    public static ArcChain Read(HeaderFieldIndex fields, int maxSets, AlgorithmTable algorithms)
    {
        var most = Math.Max(fields.CountOf(ResultsName), Math.Max(fields.CountOf(MessageSignatureName), fields.CountOf(SealName)));
        if (most == 0)
        {
            return Empty;
        }

        var chain = new ArcChain(algorithms);
        chain.Collect(fields, most);
        chain.CheckStructure(maxSets);
        return chain;
    }

    private void Collect(HeaderFieldIndex fields, int most)
    {
        if (most > MaxInstance)
        {
            // RFC 8617 section 5.2, step 1. Whatever their instances are, some are too high or not the only one.
            SetOf(MaxInstance);
            Fail(ArcReason.SetLimit, null, $"a chain has at most {MaxInstance} sets, and here are {most} fields of a kind (RFC 8617 section 5.2, step 1)");
            return;
        }

        for (var field = fields.LowestOf(ResultsName); field >= 0; field = fields.Above(field))
        {
            AddResults(field, fields);
        }

        for (var field = fields.LowestOf(MessageSignatureName); field >= 0; field = fields.Above(field))
        {
            AddMessageSignature(field, fields);
        }

        for (var field = fields.LowestOf(SealName); field >= 0; field = fields.Above(field))
        {
            AddSeal(field, fields);
        }
    }

    private void AddResults(int field, HeaderFieldIndex fields)
    {
        var instance = ArcInstance.OfResults(fields.Header[field].Value);
        if (instance == 0)
        {
            Fail(ArcReason.InstanceSyntax, null, $"an ARC-Authentication-Results field does not start with its instance: {ArcInstance.Reason}");
        }
        else if (SetOf(instance) is { ResultsField: < 0 } set)
        {
            set.ResultsField = field;
        }
        else
        {
            FailDouble(instance, "ARC-Authentication-Results");
        }
    }

    private void AddMessageSignature(int field, HeaderFieldIndex fields)
    {
        var signature = ArcMessageSignature.Parse(fields.Header[field].Value, _algorithms, out var instance, out var hasInstance);
        if (instance == 0)
        {
            FailWithoutSet("ARC-Message-Signature", hasInstance, signature.Error);
        }
        else if (SetOf(instance) is { MessageSignatureField: < 0 } set)
        {
            set.MessageSignatureField = field;
            set.MessageSignature = signature;
        }
        else
        {
            FailDouble(instance, "ARC-Message-Signature");
        }
    }

    private void AddSeal(int field, HeaderFieldIndex fields)
    {
        var seal = ArcSeal.Parse(fields.Header[field].Value, _algorithms, out var instance, out var hasInstance, out var chainValidation);
        if (chainValidation == ArcResultCode.Fail)
        {
            IsClosed = true;
            ClosingInstance = Math.Max(ClosingInstance, instance);
        }

        if (instance == 0)
        {
            FailWithoutSet("ARC-Seal", hasInstance, seal.Error);
        }
        else if (SetOf(instance) is { SealField: < 0 } set)
        {
            set.SealField = field;
            set.Seal = seal;
        }
        else
        {
            FailDouble(instance, "ARC-Seal");
        }
    }

    private ArcChainSet SetOf(int instance)
    {
        while (_sets.Count < instance)
        {
            _sets.Add(new ArcChainSet(_sets.Count + 1));
        }

        return _sets[instance - 1];
    }

    // RFC 8617 section 5.2, step 3, and the faults that no key can change: the newest message signature and the seals must be readable.
    private void CheckStructure(int maxSets)
    {
        if (_sets.Count > maxSets)
        {
            Fail(ArcReason.SetLimit, _sets.Count, $"the chain has {_sets.Count} sets where at most {maxSets} are accepted (MaxSets)");
        }

        for (var index = _sets.Count - 1; index >= 0 && Fault is null; index--)
        {
            if (_sets[index].Missing is { } missing)
            {
                Fail(ArcReason.IncompleteSet, index + 1, $"set {Text(index + 1)} has no {missing} (RFC 8617 section 5.2, step 3)");
            }
        }

        if (Fault is null && Newest.MessageSignature.Error is { } error)
        {
            Fail(ArcReason.MessageSignatureSyntax, Newest.Instance, $"the message signature of set {Text(Newest.Instance)} is malformed: {error.Reason}");
        }

        for (var index = _sets.Count - 1; index >= 0 && Fault is null; index--)
        {
            CheckSeal(_sets[index]);
        }
    }

    private void CheckSeal(ArcChainSet set)
    {
        if (!set.Seal.IsSuccess)
        {
            Fail(ArcReason.SealSyntax, set.Instance, $"the seal of set {Text(set.Instance)} is malformed: {set.Seal.Error.Reason}");
            return;
        }

        // At or below a seal that closed the chain, the sets may be out of order, perhaps for that reason; the seal itself makes the chain fail.
        var expected = set.Instance == 1 ? ArcResultCode.None : ArcResultCode.Pass;
        if (set.Instance > ClosingInstance && set.Seal.Value.ChainValidation != expected)
        {
            Fail(
                ArcReason.ChainStatusWrong,
                set.Instance,
                $"the seal of set {Text(set.Instance)} says cv={set.Seal.Value.ChainValidation.Keyword()} where only cv={expected.Keyword()} can be (RFC 8617 section 5.2, step 3)");
        }
    }

    // The missing instance is reported, whatever else is wrong with the field.
    private void FailWithoutSet(string name, bool hasInstance, SyntaxError? error)
    {
        if (hasInstance)
        {
            Fail(ArcReason.InstanceSyntax, null, $"an {name} belongs to no set: {error?.Reason ?? ArcInstance.Reason}");
        }
        else
        {
            Fail(ArcReason.NoInstance, null, $"an {name} has no i=, so it belongs to no set (RFC 8617 section 4.2.1)");
        }
    }

    private void FailDouble(int instance, string name) =>
        Fail(ArcReason.RepeatedField, instance, $"set {Text(instance)} has more than one {name} (RFC 8617 section 5.2, step 3)");

    // The first fault that is found is the one that is reported.
    private void Fail(ArcReason reason, int? instance, string text) => Fault ??= new ArcFault(reason, text, instance);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
