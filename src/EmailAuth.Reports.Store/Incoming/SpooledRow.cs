namespace EmailAuth.Reports.Store.Incoming;

/// <summary>What a store keeps of a row.</summary>
internal sealed record SpooledRow(
    string Source, string HeaderFrom, bool IsDkim, bool IsSpf, string Disposition, long Count, (string Domain, string Selector, string Result)[] Signatures)
{
    public static SpooledRow Read(BinaryReader reader)
    {
        var (source, from, dkim, spf, disposition, count) =
            (reader.ReadString(), reader.ReadString(), reader.ReadBoolean(), reader.ReadBoolean(), reader.ReadString(), reader.ReadInt64());
        var signatures = new (string Domain, string Selector, string Result)[reader.ReadInt32()];
        for (var index = 0; index < signatures.Length; index++)
        {
            signatures[index] = (reader.ReadString(), reader.ReadString(), reader.ReadString());
        }

        return new SpooledRow(source, from, dkim, spf, disposition, count, signatures);
    }
}
