using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Connectify.Protocol;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Benchmarks.Frames;

/// <summary>What one frame costs, in and out, without a socket.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private static readonly byte[] Payload = Encoding.UTF8.GetBytes(
        $$$"""{"group_chat_id":5,"seq":17,"message":{"id":125,"sender_id":7,"sender_username":"user7","content":"{{{new string('x', 100)}}}","reactions":[],"read_by":[],"read_count":0}}""");

    private readonly FrameProtocol _protocol = new(isFlat: false);
    private readonly ReadOnlySequence<byte> _message = Record($$"""{"type":"message","content":"{{new string('x', 100)}}"}""");
    private readonly ReadOnlySequence<byte> _typing = Record("""{"type":"typing","is_typing":true}""");
    private readonly ReadOnlySequence<byte> _garbage = Record("""{"type":"message","content":""");
    private readonly InvocationMessage _invocation = new("message", [new RawJson(Payload)]);

    /// <summary>Runs them in this process: <c>scripts/bench frames</c>.</summary>
    public static void Run(string[] args)
        => BenchmarkSwitcher.FromTypes([typeof(FrameBenchmarks)]).Run(
            [.. args, "--filter", "*"],
            DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)).WithArtifactsPath("bench-results/frames"));

    /// <summary>A sender's frame.</summary>
    [Benchmark]
    public HubMessage? ReadMessage() => Read(_message);

    /// <summary>A short frame.</summary>
    [Benchmark]
    public HubMessage? ReadTyping() => Read(_typing);

    /// <summary>Broken JSON, answered with an error frame.</summary>
    [Benchmark]
    public HubMessage? ReadGarbage() => Read(_garbage);

    /// <summary>A message's frame for a whole group.</summary>
    [Benchmark]
    public ReadOnlyMemory<byte> WriteMessage() => _protocol.GetMessageBytes(_invocation);

    /// <summary>The same without SignalR's types.</summary>
    [Benchmark]
    public byte[] WriteText() => FrameWriter.Text("message", Payload);

    private HubMessage? Read(ReadOnlySequence<byte> record)
        => _protocol.TryParseMessage(ref record, NoBinder.Instance, out var message) ? message : null;

    private static ReadOnlySequence<byte> Record(string frame)
    {
        var output = new ArrayBufferWriter<byte>();
        FrameProtocol.WriteRecord(output, Encoding.UTF8.GetBytes(frame));
        return new ReadOnlySequence<byte>(output.WrittenMemory);
    }

    // The protocol binds by itself.
    private sealed class NoBinder : Microsoft.AspNetCore.SignalR.IInvocationBinder
    {
        public static readonly NoBinder Instance = new();

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => throw new NotSupportedException();

        public Type GetReturnType(string invocationId) => throw new NotSupportedException();

        public Type GetStreamItemType(string streamId) => throw new NotSupportedException();
    }
}
