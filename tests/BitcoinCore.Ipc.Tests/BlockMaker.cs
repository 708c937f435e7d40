using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BitcoinCore.Ipc.Tests;

/// <summary>Solves a template on a network where that is easy.</summary>
internal static class BlockMaker
{
    /// <summary>The coinbase of a template, paying to a script anyone can spend, with and without its witness.</summary>
    internal static (byte[] Full, byte[] Stripped) Coinbase(TemplateCoinbase template)
    {
        using MemoryStream full = new();
        using MemoryStream stripped = new();
        foreach ((MemoryStream to, bool witness) in new[] { (full, true), (stripped, false) })
        {
            Write(to, template.Version);
            if (witness)
                to.Write([0, 1]);
            to.Write([1, .. new byte[32], 0xff, 0xff, 0xff, 0xff]);
            byte[] scriptSig = [.. template.ScriptSigPrefix.ToArray(), 4, (byte)'j', (byte)'d', (byte)'c', (byte)'!'];
            to.Write([(byte)scriptSig.Length, .. scriptSig]);
            Write(to, template.Sequence);
            to.WriteByte((byte)(1 + template.RequiredOutputs.Count));
            byte[] value = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(value, template.ValueRemaining);
            to.Write([.. value, 1, 0x51]);
            foreach (ReadOnlyMemory<byte> output in template.RequiredOutputs)
                to.Write(output.Span);
            if (witness)
                to.Write([1, 32, .. template.Witness.Length == 32 ? template.Witness.ToArray() : new byte[32]]);
            Write(to, template.LockTime);
        }

        return (full.ToArray(), stripped.ToArray());
    }

    /// <summary>A header with a nonce that meets a target whose first byte from the top is 0x7f, as regtest's is.</summary>
    internal static (uint Version, uint Time, uint Nonce) Solve(TemplateData template, byte[] strippedCoinbase)
    {
        byte[] root = Hash(strippedCoinbase);
        foreach (ReadOnlyMemory<byte> hash in template.MerklePath)
            root = Hash([.. root, .. hash.Span]);
        byte[] header = template.Header.ToArray();
        root.CopyTo(header, 36);
        uint nonce = 0;
        do
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(76), ++nonce);
        }
        while (Hash(header)[31] > 0x7e);
        return (BinaryPrimitives.ReadUInt32LittleEndian(header), BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(68)), nonce);
    }

    private static byte[] Hash(byte[] data) => SHA256.HashData(SHA256.HashData(data));

    private static void Write(MemoryStream to, uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        to.Write(bytes);
    }
}
