using EmailAuth.Dkim;
using EmailAuth.Results;

namespace EmailAuth.Native.Handles;

/// <summary>
/// The results of a message by method, one for each signature of DKIM, with all their texts in unmanaged memory. It has no list of the methods: it reads
/// those of the outcome.
/// </summary>
internal sealed class NativeMethods
{
    private readonly NativeMethod[] _rows;

    public NativeMethods(AuthenticationOutcome outcome) => _rows = [.. outcome.Methods.SelectMany(RowsOf)];

    public int Count => _rows.Length;

    /// <summary>A row by the caller's number; null when no row has it.</summary>
    public NativeMethod? Find(nuint number) => number < (nuint)_rows.Length ? _rows[number] : null;

    public void Free()
    {
        foreach (var row in _rows)
        {
            row.Free();
        }
    }

    // The rows of the header field leave out signatures past a limit and the reasons of some results: both are here.
    private static IEnumerable<NativeMethod> RowsOf(IMethodOutcome method) => method is DkimResults { Signatures: { IsEmpty: false } signatures } dkim
        ? dkim.ToMethodResults().Zip(signatures, (result, signature) => new NativeMethod(method.Name, result, signature.Reason, signature.ReasonCode))
        : method.ToMethodResults().Select(
            (result, place) => new NativeMethod(method.Name, result, place == 0 ? method.Reason ?? result.Reason : result.Reason, place == 0 ? method.ReasonCode : null));
}
