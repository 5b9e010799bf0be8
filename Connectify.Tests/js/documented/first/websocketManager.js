// utils/websocketManager.js
import AsyncStorage from '@react-native-async-storage/async-storage';

class WebSocketManager {
  constructor() {
    this.socket = null;
    this.messageHandlers = [];
    this.typingHandlers = [];
    this.readHandlers = [];
    this.connectionHandlers = [];
    this.errorHandlers = [];
  }

  async connect(type, id) {
    // Close existing connection if any
    this.disconnect();
    
    const token = await AsyncStorage.getItem('auth_token');
    const wsUrl = `ws://your-api-domain.com/ws/messaging/${type}/${id}/?token=${token}`;
    
    this.socket = new WebSocket(wsUrl);
    
    this.socket.onopen = () => {
      console.log(`WebSocket connected to ${type} ${id}`);
      this.connectionHandlers.forEach(handler => handler(true));
    };
    
    this.socket.onmessage = (event) => {
      const data = JSON.parse(event.data);
      
      switch (data.type) {
        case 'message':
          this.messageHandlers.forEach(handler => handler(data.message));
          break;
        case 'typing':
          this.typingHandlers.forEach(handler => 
            handler(data.user_id, data.username, data.is_typing));
          break;
        case 'read':
          this.readHandlers.forEach(handler => 
            handler(data.user_id, data.message_id));
          break;
        default:
          console.log('Unknown message type:', data.type);
      }
    };
    
    this.socket.onclose = () => {
      console.log('WebSocket disconnected');
      this.connectionHandlers.forEach(handler => handler(false));
    };
    
    this.socket.onerror = (error) => {
      console.error('WebSocket error:', error);
      this.errorHandlers.forEach(handler => handler(error));
    };
  }
  
  disconnect() {
    if (this.socket) {
      this.socket.close();
      this.socket = null;
    }
  }
  
  sendMessage(content, replyTo = null) {
    if (!this.socket) return;
    
    const message = {
      type: 'message',
      content,
      reply_to: replyTo
    };
    
    this.socket.send(JSON.stringify(message));
  }
  
  sendTypingIndicator(isTyping) {
    if (!this.socket) return;
    
    const message = {
      type: 'typing',
      is_typing: isTyping
    };
    
    this.socket.send(JSON.stringify(message));
  }
  
  sendReadReceipt(messageId) {
    if (!this.socket) return;
    
    const message = {
      type: 'read',
      message_id: messageId
    };
    
    this.socket.send(JSON.stringify(message));
  }
  
  onMessage(handler) {
    this.messageHandlers.push(handler);
    return () => {
      this.messageHandlers = this.messageHandlers.filter(h => h !== handler);
    };
  }
  
  onTyping(handler) {
    this.typingHandlers.push(handler);
    return () => {
      this.typingHandlers = this.typingHandlers.filter(h => h !== handler);
    };
  }
  
  onRead(handler) {
    this.readHandlers.push(handler);
    return () => {
      this.readHandlers = this.readHandlers.filter(h => h !== handler);
    };
  }
  
  onConnection(handler) {
    this.connectionHandlers.push(handler);
    return () => {
      this.connectionHandlers = this.connectionHandlers.filter(h => h !== handler);
    };
  }
  
  onError(handler) {
    this.errorHandlers.push(handler);
    return () => {
      this.errorHandlers = this.errorHandlers.filter(h => h !== handler);
    };
  }
}

export default new WebSocketManager();
