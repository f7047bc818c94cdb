using System.Buffers.Binary;
using System.Collections.Immutable;

namespace EmailAuth.Reports.Reading;

/// <summary>An entry of a zip archive.</summary>
/// <param name="Method">0 for stored, 8 for deflate; others, and entries that are encrypted, are not read.</param>
/// <param name="Data">From the start of its content to the end of the archive's entries: where it ends is the decompressor's to say.</param>
/// <param name="StatedCompressed">How long it says it is, compressed.</param>
/// <param name="StatedSize">How long it says it is, expanded.</param>
internal readonly record struct ZipEntry(int Method, ReadOnlyMemory<byte> Data, uint StatedCompressed, uint StatedSize)
{
    /// <summary>What <see cref="Method"/> is for an entry that is encrypted.</summary>
    public const int Encrypted = -1;
}

/// <summary>
/// The entries of a zip archive, by its directory. <see cref="System.IO.Compression.ZipArchive"/> stops where the archive says that an entry ends;
/// here its sizes only are compared with what came out.
/// </summary>
internal static class ZipDirectory
{
    // APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16: the fixed parts of the records.
    private const int LocalLength = 30;
    private const int CentralLength = 46;
    private const int EndLength = 22;
    private const int MaxComment = ushort.MaxValue;

    /// <summary>Reads the directory.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="maxEntries">How many entries are read.</param>
    /// <param name="isCut">Whether there are more.</param>
    /// <param name="isDamaged">Whether the directory or an entry is not where it must be.</param>
    public static ImmutableArray<ZipEntry> Read(ReadOnlyMemory<byte> archive, int maxEntries, out bool isCut, out bool isDamaged)
    {
        (isCut, isDamaged) = (false, false);
        var span = archive.Span;
        var end = span[Math.Max(0, span.Length - EndLength - MaxComment)..].LastIndexOf("PK\x05\x06"u8);
        end = end < 0 ? end : end + Math.Max(0, span.Length - EndLength - MaxComment);
        if (end < 0 || end + EndLength > span.Length || ReadUInt32(span, end + 16) is var directory && directory >= (uint)end)
        {
            // Without a directory, which a cut archive has lost, the first entry is at the start.
            isDamaged = true;
            return Local(archive, 0, null, out var first) ? [first] : [];
        }

        var entries = ImmutableArray.CreateBuilder<ZipEntry>();
        var position = (int)directory;
        while (position + CentralLength <= end && span[position..].StartsWith("PK\x01\x02"u8))
        {
            if (entries.Count == maxEntries)
            {
                isCut = true;
                break;
            }

            if (Local(archive[..(int)directory], ReadUInt32(span, position + 42), position, out var entry, archive))
            {
                entries.Add(entry);
            }
            else
            {
                isDamaged = true;
                break;
            }

            position += CentralLength + ReadUInt16(span, position + 28) + ReadUInt16(span, position + 30) + ReadUInt16(span, position + 32);
        }

        return entries.ToImmutable();
    }

    private static bool Local(ReadOnlyMemory<byte> data, uint offset, int? central, out ZipEntry entry, ReadOnlyMemory<byte> archive = default)
    {
        entry = default;
        var span = data.Span;
        if (offset > (uint)span.Length || span.Length - (int)offset < LocalLength || !span[(int)offset..].StartsWith("PK\x03\x04"u8))
        {
            return false;
        }

        var start = (int)offset;
        var content = start + LocalLength + ReadUInt16(span, start + 26) + ReadUInt16(span, start + 28);
        if (content > span.Length)
        {
            return false;
        }

        // The directory has the sizes also where the entry itself has them after its content.
        var source = central is null ? span : archive.Span;
        var at = central is { } position ? position + 10 : start + 8;
        var flags = ReadUInt16(span, start + 6);
        entry = new ZipEntry((flags & 1) != 0 ? ZipEntry.Encrypted : ReadUInt16(source, at), data[content..], ReadUInt32(source, at + 10), ReadUInt32(source, at + 14));
        return true;
    }

    private static int ReadUInt16(ReadOnlySpan<byte> span, int at) => BinaryPrimitives.ReadUInt16LittleEndian(span[at..]);

    private static uint ReadUInt32(ReadOnlySpan<byte> span, int at) => BinaryPrimitives.ReadUInt32LittleEndian(span[at..]);
}
